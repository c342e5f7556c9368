/* Lets a file be dropped anywhere on the box, and says that it is on its way. Without JavaScript the form works as it is. */
this.ckan.module("scdl-drop", function ($) {
  "use strict";
  return {
    options: { drop: "", wait: "" },
    initialize: function () {
      var form = this.el[0];
      var box = form.querySelector(".scdl-drop");
      var input = form.querySelector("input[type=file]");
      var wait = form.querySelector(".scdl-wait");
      var options = this.options;
      ["dragenter", "dragover"].forEach(function (name) {
        box.addEventListener(name, function (event) {
          event.preventDefault();
          box.classList.add("is-over");
        });
      });
      ["dragleave", "drop"].forEach(function (name) {
        box.addEventListener(name, function (event) {
          event.preventDefault();
          box.classList.remove("is-over");
        });
      });
      box.addEventListener("drop", function (event) {
        if (event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
      form.addEventListener("submit", function () {
        wait.hidden = false;
        wait.textContent = options.wait;
        form.querySelector("button[type=submit]").disabled = true;
      });
    }
  };
});
