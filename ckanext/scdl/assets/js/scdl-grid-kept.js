/* What the portal could not take in time: kept in this browser when the page goes, and given back when it opens again. */
(function () {
  "use strict";

  /** Rows under a name. A browser may refuse to keep anything: then there is nothing to give back. */
  function kept(name) {
    name = "scdl-grid:" + name;
    return {
      read: function () {
        try { return JSON.parse(localStorage.getItem(name)); } catch (error) { return null; }
      },
      write: function (values) {
        try { localStorage.setItem(name, JSON.stringify(values)); } catch (error) { this.drop(); }
      },
      drop: function () {
        try { localStorage.removeItem(name); } catch (error) { return; }
      }
    };
  }

  window.scdlGrid.kept = kept;
})();
