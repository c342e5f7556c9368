/* Several cells at once: chosen with Shift and the arrows or with the mouse, then copied, cut, emptied, filled. */
(function () {
  "use strict";

  /** The rectangle between the cell that has the focus and `head`, the corner opposite to it; it stays on one page. */
  function Range(table) {
    this.table = table;
    this.head = null;
    this.listen();
  }

  Range.prototype = {
    /** Rows of {row, column}, from the upper left; none where no more than one cell is chosen. */
    places: function () {
      if (!this.head) return [];
      var from = this.table.current;
      var to = this.head;
      var left = Math.min(from.column, to.column);
      var width = Math.abs(from.column - to.column) + 1;
      var top = Math.min(from.row, to.row);
      var height = Math.abs(from.row - to.row) + 1;
      return Array.from({ length: height }, function (_, down) {
        return Array.from({ length: width }, function (_, right) { return { row: top + down, column: left + right }; });
      });
    },

    /** Move the corner to a cell, as far as there are cells on this page. */
    extend: function (row, column) {
      var table = this.table;
      var first = table.page * window.scdlGrid.PAGE;
      var last = Math.min(first + window.scdlGrid.PAGE, table.rows.length) - 1;
      this.head = {
        row: Math.max(first, Math.min(row, last)),
        column: Math.max(0, Math.min(column, table.columns.length - 1))
      };
      var alone = this.head.row === table.current.row && this.head.column === table.current.column;
      if (alone) this.head = null;
      else table.at(this.head.row, this.head.column).scrollIntoView({ block: "nearest", inline: "nearest" });
      this.paint();
      var count = this.places().flat().length;
      table.tell.said(count ? ckan.i18n.ngettext("One cell chosen.", "%(num)d cells chosen.", count) : "");
    },

    step: function (step) {
      var from = this.head || this.table.current;
      this.extend(from.row + step[0], from.column + step[1]);
      return true;
    },

    drop: function () {
      var was = !!this.head;
      this.head = null;
      if (was) this.paint();
      return was;
    },

    paint: function () {
      var table = this.table;
      table.body.querySelectorAll("td.is-chosen").forEach(function (cell) { cell.classList.remove("is-chosen"); });
      this.places().flat().forEach(function (place) {
        table.at(place.row, place.column).closest("td").classList.add("is-chosen");
      });
    },

    /** Write a value, or what a function gives for a place, into all of it. */
    write: function (value, name) {
      var table = this.table;
      var here = table.current;
      table.write(this.places().flat().map(function (place) {
        return { row: place.row, column: place.column, value: typeof value === "function" ? value(place) : value };
      }), name);
      table.focus(here.row, here.column);
      return true;
    },

    empty: function () {
      return this.write("", ckan.i18n._("Cells emptied."));
    },

    /** Copy the first row of it into the others. */
    down: function () {
      var rows = this.table.rows;
      var first = this.places()[0][0].row;
      return this.write(function (place) { return rows[first][place.column]; }, ckan.i18n._("Copied from above."));
    },

    /** Paste rows of cells at its corner; one value alone goes into all of it. */
    paste: function (block) {
      if (block.length === 1 && block[0].length === 1) {
        this.write(block[0][0].trim(), ckan.i18n._("Cells filled."));
        return;
      }
      var corner = this.places()[0][0];
      this.table.paste(block, corner.row, corner.column);
    },

    /** Act on a key; true where that is all that should happen. */
    key: function (event) {
      if (!this.head) return false;
      if (event.key === "Escape") return this.drop();
      if (event.altKey || event.shiftKey) return false;
      if (event.key === "Delete" || event.key === "Backspace") return this.empty();
      return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d" && this.down();
    },

    listen: function () {
      var range = this;
      var table = this.table;
      function cell(event) {
        var control = event.target.closest("td") && event.target.closest("td").querySelector("[data-row]");
        return control && { row: Number(control.dataset.row), column: Number(control.dataset.column) };
      }
      table.body.addEventListener("mousedown", function (event) {
        var here = cell(event);
        if (!here || !event.shiftKey || !table.body.contains(document.activeElement)) { range.drop(); return; }
        event.preventDefault();
        range.extend(here.row, here.column);
      });
      table.body.addEventListener("mouseover", function (event) {
        var here = event.buttons === 1 && table.body.contains(document.activeElement) && cell(event);
        var other = here && (range.head || here.row !== table.current.row || here.column !== table.current.column);
        if (other) range.extend(here.row, here.column);
      });
      table.body.addEventListener("input", this.drop.bind(this));
      ["copy", "cut"].forEach(function (name) {
        table.body.addEventListener(name, function (event) {
          var rows = range.places();
          if (!rows.length) return;
          event.preventDefault();
          event.clipboardData.setData("text/plain", window.scdlGrid.clipboard.text(rows.map(function (row) {
            return row.map(function (place) { return table.rows[place.row][place.column]; });
          })));
          if (name === "cut") range.empty();
          else table.tell.said(ckan.i18n.ngettext("One cell copied.", "%(num)d cells copied.", rows.flat().length));
        });
      });
    }
  };

  window.scdlGrid.Range = Range;
})();
