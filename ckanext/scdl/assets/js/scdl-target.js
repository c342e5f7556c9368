/* Shows, of the form that publishes, what the chosen place asks for. Without JavaScript all of it is shown. */
this.ckan.module("scdl-target", function ($) {
  "use strict";
  return {
    initialize: function () {
      var form = this.el[0];
      var choices = form.querySelectorAll("input[name=target]");
      if (!choices.length) { return; }
      var show = function () {
        var chosen = form.querySelector("input[name=target]:checked");
        var kind = chosen ? chosen.value : "";
        form.querySelectorAll(".scdl-target").forEach(function (part) { part.hidden = part.dataset.target !== kind; });
        var fields = form.querySelector(".scdl-new-dataset");
        fields.hidden = kind !== "new";
        fields.querySelectorAll("[required], [data-was-required]").forEach(function (field) {
          field.dataset.wasRequired = "yes";
          field.required = kind === "new";
        });
        var draft = form.querySelector("button[value=draft]");
        if (draft) { draft.hidden = kind !== "new"; }
      };
      choices.forEach(function (choice) { choice.addEventListener("change", show); });
      show();
    }
  };
});
