/* Lets files be dropped on the box, names those that were chosen and says at once which are too large, and shows how
   far they are sent. Without JavaScript the form works as it is. */
this.ckan.module("scdl-drop", function ($) {
  "use strict";

  function filled(text, facts) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in facts ? facts[name] : whole; });
  }

  /** A size in the page's language: 12 ko, 3,5 Mo. */
  function sized(bytes) {
    var large = bytes >= 1048576;
    var options = { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0 };
    return (large ? bytes / 1048576 : Math.ceil(bytes / 1024)).toLocaleString(document.documentElement.lang, options);
  }

  /** What the portal answered; null where the answer is not its own: an error page, or the one to log in. */
  function told(request) {
    try { return JSON.parse(request.responseText); } catch (error) { return null; }
  }

  return {
    options: { wait: "", checking: "", progress: "", large: "", failed: "", expired: "", sent: "", limits: {}, most: 0 },

    initialize: function () {
      this.form = this.el[0];
      this.input = this.form.querySelector("input[type=file]");
      this.wait = this.form.querySelector(".scdl-wait");
      this.acceptDrops(this.form.querySelector(".scdl-drop"));
      this.form.addEventListener("submit", this.submitted.bind(this));
      // The browser's own control speaks the browser's language and names one file only.
      this.input.classList.add("visually-hidden");
      this.form.querySelector(".scdl-choose").hidden = false;
      this.input.addEventListener("change", this.name.bind(this));
      window.addEventListener("pageshow", this.busy.bind(this, false));
      this.name();
    },

    files: function () {
      return Array.prototype.slice.call(this.input.files);
    },

    acceptDrops: function (box) {
      var input = this.input;
      ["dragenter", "dragover", "dragleave", "drop"].forEach(function (name) {
        box.addEventListener(name, function (event) {
          event.preventDefault();
          box.classList.toggle("is-over", name === "dragenter" || name === "dragover");
        });
      });
      box.addEventListener("drop", function (event) {
        if (event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
    },

    /** List the chosen files, and what speaks against them. */
    name: function () {
      var items = this.files().map(function (file) {
        var item = document.createElement("li");
        var fault = this.tooLarge(file);
        item.textContent = fault || file.name + " (" + sized(file.size) + ")";
        item.classList.toggle("text-danger", !!fault);
        return item;
      }, this);
      var list = this.form.querySelector(".scdl-chosen ul");
      list.replaceChildren.apply(list, items);
    },

    submitted: function (event) {
      var files = this.files();
      if (!files.length) { return; }
      event.preventDefault();
      var errors = files.map(this.tooLarge, this).filter(Boolean);
      if (errors.length) { this.refuse(errors); return; }
      this.busy(true);
      this.send(files, [], "");
    },

    tooLarge: function (file) {
      var kind = file.name.split(".").pop().toLowerCase();
      var limit = Math.min(this.options.limits[kind] || Infinity, this.options.most);
      if (file.size <= limit) { return ""; }
      var megabytes = (Math.round(limit / 104857.6) / 10).toLocaleString(document.documentElement.lang);
      return filled(this.options.large, { name: file.name, limit: megabytes });
    },

    /** Send files one after the other; `again` where this is the second try with the first of them. */
    send: function (files, errors, address, again) {
      var self = this;
      if (!files.length) { this.done(errors, address); return; }
      var file = files[0];
      var data = new FormData(this.form);
      data.delete("upload");
      data.append("upload", file, file.name);
      if (this.input.files.length > 1) { data.append("several", "yes"); }
      var request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) { self.progress(file.name, Math.floor(100 * event.loaded / event.total)); }
      });
      request.addEventListener("load", function () {
        var answer = told(request);
        if (answer) {
          self.send(files.slice(1), errors.concat(answer.errors), answer.address || address);
        } else if (again || request.status === 413 || request.status >= 500) {
          self.done(errors.concat([self.options.failed]), address);
        } else {
          window.scdlSession.renew().then(function (status) {
            if (status === 200) { self.send(files, errors, address, true); return; }
            self.done(errors.concat([status === 401 ? self.options.expired : self.options.failed]), address);
          });
        }
      });
      request.addEventListener("error", function () { self.done(errors.concat([self.options.failed]), address); });
      request.send(data);
    },

    progress: function (name, percent) {
      this.wait.querySelector("progress").value = percent;
      this.say(percent < 100 ? filled(this.options.progress, { name: name, percent: (percent - percent % 10) + "\u00a0%" }) : this.options.checking);
    },

    say: function (text) {
      var status = this.wait.querySelector("[role=status]");
      if (status.textContent !== text) { status.textContent = text; }
    },

    done: function (errors, address) {
      if (address && !errors.length) { window.location.assign(address); return; }
      this.refuse(errors, address);
    },

    busy: function (is) {
      this.wait.hidden = !is;
      if (is) { this.say(this.options.wait); }
      this.form.querySelector("button[type=submit]").disabled = is;
    },

    refuse: function (errors, address) {
      this.busy(false);
      var box = this.form.querySelector(".scdl-send-errors");
      var items = errors.map(function (text) {
        return Object.assign(document.createElement("li"), { textContent: text });
      });
      if (address) {
        var link = Object.assign(document.createElement("a"), { href: address, textContent: this.options.sent });
        items.push(document.createElement("li"));
        items[items.length - 1].append(link);
      }
      var list = box.querySelector("ul");
      list.replaceChildren.apply(list, items);
      box.hidden = false;
      box.focus();
    }
  };
});
