/* Loads the page of a deposit again once its state has changed. Without JavaScript the link « Look again » does. */
this.ckan.module("scdl-wait", function ($) {
  "use strict";
  return {
    options: { address: "", state: "" },
    initialize: function () {
      var options = this.options;
      var wait = 1000;
      var ask = function () {
        fetch(options.address, { headers: { Accept: "application/json" } })
          .then(function (answer) { return answer.ok ? answer.json() : { state: options.state }; })
          .catch(function () { return { state: options.state }; })
          .then(function (told) {
            if (["queued", "checking"].indexOf(told.state) === -1) { window.location.hash = "resultat"; window.location.reload(); return; }
            wait = Math.min(wait * 1.5, 15000);
            window.setTimeout(ask, wait);
          });
      };
      window.setTimeout(ask, wait);
    }
  };
});
