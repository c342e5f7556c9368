/* Fills a table from a schema: keeps it as a draft while somebody types, and shows what the engine says of it. */
this.ckan.module("scdl-grid", function ($) {
  "use strict";
  var PAUSE = 1000;
  var RETRY = 5000;
  var _ = ckan.i18n._.bind(ckan.i18n);

  return {
    initialize: function () {
      var root = this.root = this.el[0];
      var told = this.told = JSON.parse(root.querySelector(".scdl-grid-told").textContent);
      this.revision = told.draft ? told.draft.revision : 0;
      this.version = 0; // counts the changes of this page
      this.saved = 0; // the version that the portal has
      this.checked = -1;
      this.busy = null;
      this.kept = window.scdlGrid.kept(told.owner + told.addresses.save);
      root.hidden = false;
      this.table = new window.scdlGrid.Table(
        root.querySelector("tbody"), told.columns, told.draft ? told.draft.rows : [], told.limits.rows,
        { changed: this.changed.bind(this), entered: this.entered.bind(this), said: this.say.bind(this, ".scdl-grid-said"), warned: this.warn.bind(this), left: this.leave.bind(this) }
      );
      root.addEventListener("click", this.clicked.bind(this));
      root.querySelector(".scdl-grid-findings").addEventListener("click", this.jump.bind(this));
      root.querySelector(".scdl-grid-send").addEventListener("submit", this.send.bind(this));
      root.querySelector(".scdl-grid-delete").addEventListener("submit", this.discard.bind(this));
      window.addEventListener("beforeunload", this.warnOfLoss.bind(this));
      window.addEventListener("pagehide", this.keep.bind(this));
      if (told.draft) this.tellSaved(told.draft.modified);
      this.refresh();
      if (told.draft && told.draft.rows.length) this.work();
      this.takeUp(this.kept.read());
    },

    // What happens in the table

    changed: function () {
      if (!this.table) return;
      this.version += 1;
      this.say(".scdl-grid-saved", _("Not saved yet…"));
      this.say(".scdl-grid-said", "");
      this.refresh();
      this.later(PAUSE);
    },

    later: function (pause) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.work.bind(this), pause);
    },

    entered: function (row, column) {
      var described = this.told.columns[column];
      var help = this.root.querySelector(".scdl-grid-help");
      var name = document.createElement("strong");
      name.textContent = described.title;
      help.replaceChildren(name, " – ", document.getElementById("scdl-h" + column).textContent);
      this.root.querySelectorAll(".scdl-grid-current").forEach(function (place) { place.textContent = row + 1; });
    },

    leave: function () {
      this.root.querySelector(".scdl-grid-tools button").focus();
    },

    clicked: function (event) {
      var button = event.target.closest("[data-do]");
      if (!button) return;
      var table = this.table;
      var act = {
        add: function () { var first = table.rows.length; if (table.add(window.scdlGrid.SOME)) table.focus(first, 0); },
        duplicate: function () { table.duplicate(table.current.row); },
        remove: function () { table.remove(table.current.row); },
        undo: function () { table.undo(); },
        previous: function () { table.turn(table.page - 1); },
        next: function () { table.turn(table.page + 1); },
        constant: function () {
          var name = button.dataset.column;
          var column = this.told.columns.findIndex(function (each) { return each.name === name; });
          table.fill(column, this.told.constants[name]);
        }
      }[button.dataset.do];
      act.call(this);
      this.refresh();
    },

    /** The buttons and the pager, as the table is now. */
    refresh: function () {
      var table = this.table;
      var pages = table.pages();
      var first = table.page * window.scdlGrid.PAGE;
      var pager = this.root.querySelector(".scdl-grid-pager");
      this.root.querySelector("[data-do=undo]").disabled = !table.past.length;
      pager.hidden = pages < 2;
      pager.querySelector("[data-do=previous]").disabled = table.page === 0;
      pager.querySelector("[data-do=next]").disabled = table.page === pages - 1;
      pager.querySelector(".scdl-grid-page-of").textContent = _("Rows %(first)s to %(last)s of %(all)s", {
        first: first + 1, last: Math.min(first + window.scdlGrid.PAGE, table.rows.length), all: table.rows.length
      });
    },

    // Keeping and checking

    /** Save and check what has changed, one request at a time; resolves once there is nothing left to do. */
    work: function () {
      clearTimeout(this.timer);
      if (!this.busy) {
        this.busy = this.save().then(function (kept) { return kept ? this.check() : false; }.bind(this)).then(function (done) {
          this.busy = null;
          return done;
        }.bind(this));
      } else {
        this.later(PAUSE);
      }
      return this.busy;
    },

    values: function () {
      return { columns: this.told.columns.map(function (column) { return column.name; }), rows: this.table.filled() };
    },

    /** Keep the draft; true where the portal has all of it. */
    save: function () {
      var version = this.version;
      if (version === this.saved) return Promise.resolve(true);
      var values = this.values();
      values.revision = this.revision;
      return window.scdlGrid.post(this.told.addresses.save, values).then(function (answer) {
        if (answer.status === 200) {
          this.revision = answer.data.revision;
          this.saved = version;
          this.kept.drop();
          if (this.failed) this.warn("");
          this.failed = false;
          if (version === this.version) this.tellSaved(answer.data.modified);
          return version === this.version;
        }
        this.failed = true;
        this.keep();
        if (answer.status === 409) this.ask(answer.data);
        else if (answer.status === 401) this.warn(_("Your session has ended, and the last changes are not saved. Log in again in another window, then come back here."), { address: "/user/login", words: _("Log in again") });
        else if (answer.status === 403) this.warn(_("You may no longer fill in this table. The last changes are not saved."));
        else if (answer.data.message) this.warn(answer.data.message);
        else this.warn(_("The portal does not answer. The last changes are not saved yet; this page goes on trying."));
        this.say(".scdl-grid-saved", _("The last changes are not saved."));
        // 409 and 400 want a decision; everything else may pass by itself.
        if (answer.status !== 409 && answer.status !== 400) this.later(RETRY);
        return false;
      }.bind(this));
    },

    check: function () {
      var version = this.version;
      if (version === this.checked) return Promise.resolve(true);
      return window.scdlGrid.post(this.told.addresses.check, this.values()).then(function (answer) {
        if (version !== this.version) return false; // somebody has typed meanwhile: what was found may stand elsewhere
        if (answer.status !== 200) {
          this.say(".scdl-grid-verdict", _("The check is late; it is asked for again."));
          this.later(RETRY);
          return false;
        }
        this.checked = version;
        this.tellFound(answer.data);
        return true;
      }.bind(this));
    },

    ask: function (data) {
      var page = this;
      this.warn(data.message, {
        words: _("Show what the other window has saved"), act: function () { page.saved = page.version; page.kept.drop(); location.reload(); }
      }, {
        words: _("Keep what stands here"), act: function () { page.revision = data.revision; page.warn(""); page.work(); }
      });
    },

    // Telling

    say: function (place, text) {
      var line = this.root.querySelector(place);
      if (line.textContent !== text) line.textContent = text;
    },

    tellSaved: function (moment) {
      var time = new Date(moment);
      var today = time.toDateString() === new Date().toDateString();
      var options = today ? { timeStyle: "short" } : { dateStyle: "long", timeStyle: "short" };
      this.say(".scdl-grid-saved", _("Draft saved: %(time)s", { time: time.toLocaleString(document.documentElement.lang, options) }));
      this.root.querySelector("[name=revision]").value = this.revision;
    },

    /** A sentence above the table, with what may be done: {words, act} or {words, address}; none for no sentence. */
    warn: function (text) {
      var box = this.root.querySelector(".scdl-grid-alert");
      var ways = Array.prototype.slice.call(arguments, 1).map(function (way) {
        var made = document.createElement(way.address ? "a" : "button");
        made.className = "btn btn-secondary btn-sm";
        made.textContent = way.words;
        if (way.address) { made.href = way.address; made.target = "_blank"; }
        else { made.type = "button"; made.addEventListener("click", way.act); }
        return made;
      });
      box.replaceChildren.apply(box, [text ? Object.assign(document.createElement("p"), { textContent: text }) : ""].concat(ways));
      box.hidden = !text;
    },

    tellFound: function (data) {
      var section = this.root.querySelector(".scdl-grid-findings");
      var columns = this.told.columns;
      var marks = new Map();
      var items = data.findings.map(function (found, number) {
        var column = columns.findIndex(function (each) { return each.name === found.field; });
        var id = "scdl-f" + number;
        found.rows.forEach(function (row) {
          var place = (row - 1) + "," + column;
          if (column >= 0 && !marks.has(place)) marks.set(place, { level: found.level, message: found.message, id: id });
        });
        return this.item(found, column, id);
      }, this);
      if (data.hidden) items.push(Object.assign(document.createElement("li"), { textContent: ckan.i18n.ngettext("One more; it is shown once these are put right.", "%(num)d more; they are shown once these are put right.", data.hidden) }));
      section.querySelector("ol").replaceChildren.apply(section.querySelector("ol"), items);
      section.hidden = !items.length;
      this.table.mark(marks);
      this.say(".scdl-grid-verdict", {
        empty: function () { return ""; },
        refused: function () { return _("This table cannot be checked."); },
        valid: function () { return ckan.i18n.ngettext("One row, no error.", "%(num)d rows, no error.", data.rows); },
        invalid: function () { return ckan.i18n.ngettext("One thing to put right.", "%(num)d things to put right.", data.errors); }
      }[data.status]());
      this.root.querySelector(".scdl-grid-verdict").dataset.status = data.status;
    },

    item: function (found, column, id) {
      var item = document.createElement("li");
      var text = document.createElement(found.rows.length ? "button" : "span");
      item.className = "scdl-grid-" + found.level;
      text.id = id;
      text.textContent = found.message;
      if (found.rows.length) {
        text.type = "button";
        text.className = "btn btn-link";
        text.dataset.row = found.rows[0] - 1;
        text.dataset.column = Math.max(column, 0);
      }
      item.append(text);
      if (found.correction && column >= 0 && found.rows.length) {
        var button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-secondary btn-sm";
        button.textContent = _("Write “%(value)s”", { value: found.correction });
        button.addEventListener("click", this.correct.bind(this, found, column));
        item.append(" ", button);
      }
      return item;
    },

    correct: function (found, column) {
      this.table.write(found.rows.map(function (row) {
        return { row: row - 1, column: column, value: found.correction };
      }), _("Put right."));
      this.table.focus(found.rows[0] - 1, column);
    },

    jump: function (event) {
      var place = event.target.closest("[data-row]");
      if (place) this.table.focus(Number(place.dataset.row), Number(place.dataset.column));
      this.refresh();
    },

    // Leaving

    /** Send once everything is saved. */
    send: function (event) {
      var button = event.target.querySelector("button");
      if (this.version === this.saved && this.revision) {
        this.sent = true;
        button.disabled = true; // a second click would be a second deposit
        return;
      }
      event.preventDefault();
      if (!this.revision && !this.table.filled().length) {
        this.warn(_("Fill in one row at least."));
        return;
      }
      var form = event.target;
      Promise.resolve(this.busy).then(this.save.bind(this)).then(function (kept) {
        if (!kept) return;
        this.sent = true;
        form.querySelector("[name=revision]").value = this.revision;
        button.disabled = true;
        form.submit();
      }.bind(this));
    },

    discard: function (event) {
      if (!window.confirm(_("Delete this draft? What you have filled in is lost."))) { event.preventDefault(); return; }
      this.sent = true;
      this.kept.drop();
    },

    /** Keep in this browser what the portal does not have. */
    keep: function () {
      if (!this.sent && this.version !== this.saved) this.kept.write(Object.assign(this.values(), { revision: this.revision }));
    },

    /** Go on with what this browser has kept; where the draft was saved elsewhere since, its editor chooses. */
    takeUp: function (kept) {
      var page = this;
      if (!kept || String(kept.columns) !== String(this.values().columns)) { this.kept.drop(); return; }
      function restore() {
        page.table.restore(kept.rows);
        page.warn(_("The last changes had not reached the portal: here they are again."));
      }
      if (kept.revision === this.revision) { restore(); return; }
      this.warn(_("This browser has kept changes that did not reach the portal, and the draft was saved elsewhere since."), {
        words: _("Take them up"), act: restore
      }, {
        words: _("Leave them out"), act: function () { page.kept.drop(); page.warn(""); }
      });
    },

    warnOfLoss: function (event) {
      if (!this.sent && this.version !== this.saved) event.preventDefault();
    }
  };
});
