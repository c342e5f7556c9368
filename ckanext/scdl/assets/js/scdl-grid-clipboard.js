/* What a spreadsheet puts on the clipboard or takes from it, as rows of cells, and the columns that the first row names. */
(function () {
  "use strict";

  /** Rows of cells: tabs between them, quotes round cells that hold tabs, line ends or quotes. */
  function rows(text) {
    return quoted(text) || plain(text);
  }

  /** As `rows`; null where a quote is opened and never closed, so that quotes are only signs of the text. */
  function quoted(text) {
    var found = [[]];
    var cell = "";
    var at = 0;
    var inside = false;
    text = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    while (at < text.length) {
      var sign = text[at];
      if (inside) {
        if (sign !== '"') cell += sign;
        else if (text[at + 1] === '"') { cell += '"'; at += 1; }
        else inside = false;
      } else if (sign === '"' && cell === "" && (at === 0 || /[\t\n]/.test(text[at - 1]))) {
        inside = true;
      } else if (sign === "\t" || sign === "\n") {
        found[found.length - 1].push(cell);
        cell = "";
        if (sign === "\n") found.push([]);
      } else {
        cell += sign;
      }
      at += 1;
    }
    found[found.length - 1].push(cell);
    return inside ? null : found;
  }

  function plain(text) {
    return text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map(function (line) { return line.split("\t"); });
  }

  /** Rows of cells as a spreadsheet takes them: the other way round of `rows`. */
  function text(rows) {
    return rows.map(function (row) {
      return row.map(function (cell) {
        return /[\t\n"]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell;
      }).join("\t");
    }).join("\n");
  }

  function bare(label) {
    return label.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  }

  /** Positions of the columns that a row names, -1 for a label that is none; null where the row is no header. */
  function header(row, columns) {
    var known = new Map();
    columns.forEach(function (column, position) {
      known.set(bare(column.title), position);
    });
    columns.forEach(function (column, position) {
      known.set(bare(column.name), position);
    });
    var found = row.map(function (label) { return known.has(bare(label)) ? known.get(bare(label)) : -1; });
    var named = row.filter(function (label) { return label.trim(); }).length;
    var matched = found.filter(function (position) { return position >= 0; }).length;
    return matched && matched * 2 >= named ? found : null;
  }

  window.scdlGrid = { clipboard: { rows: rows, text: text, header: header } };
})();
