/* Lets files be dropped on the box, says at once which are too large, and shows how far they are sent.
   Without JavaScript the form works as it is. */
this.ckan.module("scdl-drop", function ($) {
  "use strict";

  function filled(text, facts) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in facts ? facts[name] : whole; });
  }

  return {
    options: { wait: "", checking: "", progress: "", large: "", failed: "", limits: {}, most: 0 },

    initialize: function () {
      this.form = this.el[0];
      this.input = this.form.querySelector("input[type=file]");
      this.wait = this.form.querySelector(".scdl-wait");
      this.acceptDrops(this.form.querySelector(".scdl-drop"));
      this.form.addEventListener("submit", this.submitted.bind(this));
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

    submitted: function (event) {
      var files = Array.prototype.slice.call(this.input.files);
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

    send: function (files, errors, address) {
      var self = this;
      var several = this.input.files.length > 1;
      if (!files.length) { this.done(errors, address); return; }
      var file = files[0];
      var data = new FormData(this.form);
      data.delete("upload");
      data.append("upload", file, file.name);
      if (several) { data.append("several", "yes"); }
      var request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) { self.progress(file.name, Math.floor(100 * event.loaded / event.total)); }
      });
      request.addEventListener("load", function () {
        var told;
        try { told = JSON.parse(request.responseText); } catch (error) { told = { errors: [self.options.failed], address: "" }; }
        self.send(files.slice(1), errors.concat(told.errors || [self.options.failed]), told.address || address);
      });
      request.addEventListener("error", function () { self.send([], errors.concat([self.options.failed]), address); });
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
      var list = box.querySelector("ul");
      list.textContent = "";
      errors.forEach(function (text) {
        var item = document.createElement("li");
        item.textContent = text;
        list.appendChild(item);
      });
      if (address) {
        var link = document.createElement("a");
        link.href = address;
        link.textContent = address;
        list.appendChild(document.createElement("li")).appendChild(link);
      }
      box.hidden = false;
      box.scrollIntoView({ block: "center" });
    }
  };
});
