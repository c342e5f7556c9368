/* The cells: what they hold, how they are shown, moved through, pasted into and undone. It judges nothing. */
(function () {
  "use strict";

  var PAGE = 100;
  // On a telephone a row is as long as a screen.
  var SOME = window.matchMedia("(max-width: 640px)").matches ? 1 : 10;
  var ISO = /^\d{4}-\d{2}-\d{2}$/;
  var STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function blank(row) {
    return row.every(function (cell) { return !cell.trim(); });
  }

  /**
   * The table of a page.
   *
   * body: its <tbody>. columns: as the server describes them. most: rows that it may hold.
   * tell: `changed()` after every change of a cell, `entered(row, column)` when a cell is entered,
   * `said(text)` for what a person should know.
   */
  function Table(body, columns, rows, most, tell) {
    this.body = body;
    this.columns = columns;
    this.most = most;
    this.tell = tell;
    this.page = 0;
    this.current = { row: 0, column: 0 };
    this.marks = new Map();
    this.past = [];
    this.rows = rows.map(function (row) { return row.slice(); });
    while (this.rows.length < SOME) this.rows.push(this.empty());
    this.range = new window.scdlGrid.Range(this);
    this.listen();
    this.draw();
  }

  Table.prototype = {
    empty: function () {
      return this.columns.map(function () { return ""; });
    },

    /** The rows up to the last one that holds something. */
    filled: function () {
      var last = this.rows.length;
      while (last && blank(this.rows[last - 1])) last -= 1;
      return this.rows.slice(0, last);
    },

    // Showing

    pages: function () {
      return Math.ceil(this.rows.length / PAGE);
    },

    turn: function (page) {
      this.page = Math.max(0, Math.min(page, this.pages() - 1));
      this.draw();
    },

    draw: function () {
      var table = this;
      this.range.drop();
      var first = this.page * PAGE;
      var lines = this.rows.slice(first, first + PAGE).map(function (row, offset) { return table.line(first + offset); });
      this.body.replaceChildren.apply(this.body, lines);
    },

    line: function (row) {
      var line = document.createElement("tr");
      var head = document.createElement("th");
      head.scope = "row";
      head.id = "scdl-r" + row;
      var word = document.createElement("span");
      word.className = "visually-hidden";
      word.textContent = ckan.i18n._("Row") + " ";
      head.append(word, row + 1);
      line.append(head);
      this.columns.forEach(function (column, position) {
        var cell = document.createElement("td");
        cell.dataset.label = column.title + (column.required ? " *" : "");
        cell.append(this.control(row, position));
        line.append(cell);
      }, this);
      return line;
    },

    /** What fills a cell: the browser's own control for its type, as long as that can show what the cell holds. */
    control: function (row, position) {
      var column = this.columns[position];
      var value = this.rows[row][position];
      var control;
      if (column.control === "choice") {
        control = chooser(column.choices, value);
      } else if (column.control === "date" && (!value || ISO.test(value))) {
        control = document.createElement("input");
        control.type = "date";
        control.max = "9999-12-31";
      } else if (column.control === "suggestion" && !value.includes("\n")) {
        control = document.createElement("input");
        control.setAttribute("list", "scdl-l" + position);
      } else {
        control = document.createElement("textarea");
        control.rows = 1;
        control.spellcheck = !column.input_mode;
      }
      if (column.input_mode) control.inputMode = column.input_mode;
      control.value = value;
      control.autocomplete = "off";
      control.dataset.row = row;
      control.dataset.column = position;
      control.setAttribute("aria-labelledby", "scdl-c" + position + " scdl-r" + row);
      if (column.required) control.setAttribute("aria-required", "true");
      this.show(control);
      return control;
    },

    /** Put a mark on a control, or take it off. */
    show: function (control) {
      var mark = this.marks.get(control.dataset.row + "," + control.dataset.column);
      var help = "scdl-h" + control.dataset.column;
      control.classList.toggle("is-empty", !control.value);
      control.classList.toggle("is-bad", !!mark && mark.level === "error");
      control.classList.toggle("is-odd", !!mark && mark.level !== "error");
      control.title = mark ? mark.message : "";
      if (mark && mark.level === "error") control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      control.setAttribute("aria-describedby", mark ? mark.id + " " + help : help);
    },

    /** Mark cells anew: a map of "row,column" to {level, message, id of what says it}. */
    mark: function (marks) {
      this.marks = marks;
      this.body.querySelectorAll("[data-row]").forEach(this.show, this);
    },

    at: function (row, column) {
      return this.body.querySelector('[data-row="' + row + '"][data-column="' + column + '"]');
    },

    /** Go to a cell, on whatever page it is; false where there is none. */
    focus: function (row, column) {
      if (row < 0 || column < 0 || row >= this.rows.length || column >= this.columns.length) return false;
      if (Math.floor(row / PAGE) !== this.page) this.turn(Math.floor(row / PAGE));
      var control = this.at(row, column);
      control.focus();
      if (control.select) control.select();
      return true;
    },

    // Changing

    /** Write cells, a list of {row, column, value}, and remember how to take it back. */
    write: function (cells, name) {
      var table = this;
      var length = this.rows.length;
      var before = cells.map(function (cell) {
        while (table.rows.length <= cell.row) table.rows.push(table.empty());
        var old = table.rows[cell.row][cell.column];
        table.rows[cell.row][cell.column] = cell.value;
        return { row: cell.row, column: cell.column, value: old };
      });
      this.remember(name, function () {
        before.reverse().forEach(function (cell) { table.rows[cell.row][cell.column] = cell.value; });
        // Rows that were made for these cells go again, unless somebody has written into them since.
        while (table.rows.length > length && blank(table.rows[table.rows.length - 1])) table.rows.pop();
      });
    },

    /** Put a row in; the last one falls out of nothing, a full table says so. */
    insert: function (row, cells, name) {
      if (this.full(1)) return false;
      var table = this;
      this.rows.splice(row, 0, cells);
      this.remember(name, function () { table.rows.splice(row, 1); });
      return true;
    },

    /** Put other rows in the place of all. */
    restore: function (rows) {
      var table = this;
      var before = this.rows;
      this.rows = rows.map(function (row) { return row.slice(); });
      while (this.rows.length < SOME) this.rows.push(this.empty());
      this.remember(ckan.i18n._("Changes taken up."), function () { table.rows = before; });
    },

    remove: function (row) {
      var table = this;
      var cells = this.rows.splice(row, 1)[0];
      var alone = !this.rows.length;
      if (alone) this.rows.push(this.empty());
      this.remember(ckan.i18n._("Row removed."), function () { table.rows.splice(row, alone ? 1 : 0, cells); });
      this.focus(Math.min(row, this.rows.length - 1), this.current.column);
    },

    duplicate: function (row) {
      if (this.insert(row + 1, this.rows[row].slice(), ckan.i18n._("Row duplicated."))) {
        this.focus(row + 1, this.current.column);
      }
    },

    add: function (count) {
      var room = Math.min(count, this.most - this.rows.length);
      if (this.full(1)) return false;
      while (room) { this.rows.push(this.empty()); room -= 1; }
      this.draw();
      this.tell.changed();
      return true;
    },

    full: function (more) {
      var over = this.rows.length + more > this.most;
      if (over) this.tell.said(ckan.i18n._("The table is full: it takes %(count)s rows. Send a file for more.", { count: this.most }));
      return over;
    },

    remember: function (name, back) {
      this.past.push({ name: name, back: back });
      this.settle();
      this.tell.said(name);
    },

    undo: function () {
      var last = this.past.pop();
      if (!last) return;
      last.back();
      this.settle();
      this.tell.said(ckan.i18n._("Undone: %(what)s", { what: last.name }));
      this.focus(Math.min(this.current.row, this.rows.length - 1), this.current.column);
    },

    settle: function () {
      this.marks = new Map();
      this.turn(this.page);
      this.tell.changed();
    },

    /** Write a value into the empty cells of a column, in every row that holds something, or in the first. */
    fill: function (column, value) {
      var cells = [];
      this.rows.forEach(function (row, position) {
        if (!row[column].trim() && (!blank(row) || (position === 0 && !this.filled().length))) {
          cells.push({ row: position, column: column, value: value });
        }
      }, this);
      if (cells.length) {
        this.write(cells, ckan.i18n.ngettext("One cell filled.", "%(num)d cells filled.", cells.length));
      } else {
        this.tell.said(ckan.i18n._("No empty cell in this column."));
      }
    },

    paste: function (block, row, column) {
      var places = window.scdlGrid.clipboard.header(block[0], this.columns);
      var named = places ? block[0] : [];
      if (places) block = block.slice(1);
      else places = block[0].map(function (_, offset) { return column + offset; });
      var room = this.most - row;
      var lost = block.length > room ? block.length - room : 0;
      var width = this.columns.length;
      var left = named.filter(function (label, position) { return places[position] < 0 && label.trim(); });
      var cut = false;
      var cells = [];
      block.slice(0, room).forEach(function (values, down) {
        values.forEach(function (value, offset) {
          var target = offset < places.length ? places[offset] : (named.length ? -1 : column + offset);
          if (target >= 0 && target < width) cells.push({ row: row + down, column: target, value: value.trim() });
          else if (!named.length) cut = true;
        });
      });
      this.write(cells, ckan.i18n.ngettext("One row pasted.", "%(num)d rows pasted.", Math.min(block.length, room)));
      var said = [];
      if (left.length) said.push(ckan.i18n._("Columns that this table does not have were left out: %(names)s.", { names: left.join(", ") }));
      if (cut) said.push(ckan.i18n._("Cells beyond the last column were left out."));
      if (lost) said.push(ckan.i18n.ngettext("One row was left out: the table is full.", "%(num)d rows were left out: the table is full.", lost));
      if (said.length) this.tell.warned(said.join(" "));
      this.focus(row, column);
    },

    // What a person does

    listen: function () {
      var table = this;
      function place(event) {
        var control = event.target.closest("[data-row]");
        return control && { control: control, row: Number(control.dataset.row), column: Number(control.dataset.column) };
      }
      this.body.addEventListener("input", function (event) {
        var here = place(event);
        table.rows[here.row][here.column] = here.control.value;
        here.control.dataset.typed = table.past.length;
        table.marks.delete(here.row + "," + here.column);
        table.show(here.control);
        table.tell.changed();
      });
      this.body.addEventListener("focusin", function (event) {
        var here = place(event);
        table.range.drop();
        table.current = { row: here.row, column: here.column };
        table.tell.entered(here.row, here.column);
      });
      this.body.addEventListener("focusout", function (event) {
        // Half a date reads as nothing: the browser says so itself.
        if (event.target.validity && event.target.validity.badInput) event.target.reportValidity();
      });
      this.body.addEventListener("paste", function (event) {
        var text = event.clipboardData.getData("text/plain");
        var block = window.scdlGrid.clipboard.rows(text);
        var here = place(event);
        if (table.range.head) { event.preventDefault(); table.range.paste(block); return; }
        var single = block.length === 1 && block[0].length === 1;
        if (single && isText(here.control) && !/^"|\n./.test(text)) return;
        event.preventDefault();
        table.paste(block, here.row, here.column);
      });
      this.body.addEventListener("keydown", function (event) {
        var here = place(event);
        if (here && !event.isComposing && table.key(event, here)) event.preventDefault();
      });
    },

    /** Act on a key; true where that is all that should happen. */
    key: function (event, here) {
      if (this.range.key(event)) return true;
      var control = here.control;
      var command = event.ctrlKey || event.metaKey;
      if (event.key === "Enter" && event.altKey) return newLine(control);
      if (event.key === "Enter" && !command) return this.down(here, event.shiftKey ? -1 : 1);
      // Inside a date the browser stops at day, month, year and calendar; the arrows lead there.
      if (event.key === "Tab" && control.type === "date") return this.focus(here.row, here.column + (event.shiftKey ? -1 : 1));
      if (event.key === "Escape") { this.tell.left(); return true; }
      if (event.key === "Delete" && event.altKey) { this.remove(here.row); return true; }
      if (command && event.key.toLowerCase() === "d" && here.row) {
        this.write([{ row: here.row, column: here.column, value: this.rows[here.row - 1][here.column] }], ckan.i18n._("Copied from above."));
        return this.focus(here.row, here.column);
      }
      if (command && event.key.toLowerCase() === "z" && !event.shiftKey) {
        // What was typed into the cell after the last great change is the browser's to undo.
        if (Number(control.dataset.typed) >= this.past.length || !this.past.length) return false;
        this.undo();
        return true;
      }
      var step = STEPS[event.key];
      if (!step || event.altKey) return false;
      if (event.shiftKey) return (this.range.head || !isText(control) || atEdge(control, event.key)) && this.range.step(step);
      if (!event.ctrlKey && !atEdge(control, event.key)) return false;
      if (step[0]) return this.down(here, step[0]);
      return this.focus(here.row, here.column + step[1]);
    },

    /** The cell below or above; below the last row a new one begins. */
    down: function (here, step) {
      if (here.row + step >= this.rows.length && (blank(this.rows[here.row]) || !this.add(1))) return true;
      this.focus(here.row + step, here.column);
      return true;
    }
  };

  function chooser(choices, value) {
    var select = document.createElement("select");
    var known = [["", ""]].concat(choices);
    // What was pasted and is not on the list stays to be seen, and put right.
    if (!known.some(function (choice) { return choice[0] === value; })) known.push([value, value]);
    known.forEach(function (choice) { select.add(new Option(choice[1], choice[0])); });
    return select;
  }

  function newLine(control) {
    if (control.tagName !== "TEXTAREA") return false;
    control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
    control.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  function isText(control) {
    return control.tagName !== "SELECT" && control.type !== "date";
  }

  /** Whether an arrow leads out of a cell: the cursor is at that end of the text, or the whole text is selected. */
  function atEdge(control, key) {
    if (!isText(control)) return false;
    if (control.hasAttribute("list") && (key === "ArrowUp" || key === "ArrowDown")) return false;
    var start = control.selectionStart;
    var end = control.selectionEnd;
    if (start === 0 && end === control.value.length) return true;
    if (start !== end) return false;
    if (key === "ArrowLeft") return start === 0;
    if (key === "ArrowRight") return start === control.value.length;
    var rest = key === "ArrowUp" ? control.value.slice(0, start) : control.value.slice(start);
    return !rest.includes("\n");
  }

  window.scdlGrid.Table = Table;
  window.scdlGrid.PAGE = PAGE;
  window.scdlGrid.SOME = SOME;
})();
