/* Gives each group of proposed corrections a button that ticks or unticks all of it. Without JavaScript one ticks them singly. */
this.ckan.module("scdl-corrections", function ($) {
  "use strict";
  return {
    options: { all: "", none: "" },
    initialize: function () {
      var options = this.options;
      this.el[0].querySelectorAll(".scdl-changes").forEach(function (table) {
        var boxes = Array.prototype.slice.call(table.querySelectorAll("input[type=checkbox]"));
        if (boxes.length < 2) { return; }
        var button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-link btn-sm";
        var isFull = function () { return boxes.every(function (box) { return box.checked; }); };
        var say = function () { button.textContent = isFull() ? options.none : options.all; };
        button.addEventListener("click", function () {
          var checked = !isFull();
          boxes.forEach(function (box) { box.checked = checked; });
          say();
        });
        table.addEventListener("change", say);
        table.parentNode.insertBefore(button, table);
        say();
      });
    }
  };
});
