/* Loads the page of a deposit again once its state has changed; another address, so that the keyboard lands on the
   result: a mere reload stays where it was. Without JavaScript the link « Look again » does. */
this.ckan.module("scdl-wait", function ($) {
  "use strict";
  return {
    options: { address: "", page: "", state: "" },
    initialize: function () {
      var options = this.options;
      var wait = 1000;
      var ask = function () {
        fetch(options.address, { headers: { Accept: "application/json" } })
          .then(function (answer) { return answer.ok ? answer.json() : { state: options.state }; })
          .catch(function () { return { state: options.state }; })
          .then(function (told) {
            if (["queued", "checking"].indexOf(told.state) === -1) { window.location.replace(options.page + "?etat=" + told.state + "#resultat"); return; }
            wait = Math.min(wait * 1.5, 15000);
            window.setTimeout(ask, wait);
          });
      };
      window.setTimeout(ask, wait);
    }
  };
});
