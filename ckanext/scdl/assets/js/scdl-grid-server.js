/* What the page asks of the portal: keep the draft, check the cells. One request at a time. */
(function () {
  "use strict";

  /**
   * Send JSON; resolves to {status, data}.
   *
   * Beside the statuses of the answers: 0 where nobody answers, 401 where the session has ended, 403 where this page
   * is no longer for us.
   */
  function post(address, values, again) {
    return fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": window.scdlSession.token().content },
      body: JSON.stringify(values)
    }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (json) return answer.json().then(function (data) { return { status: answer.status, data: data }; });
      if (again || answer.status >= 500) return { status: 0, data: {} };
      // No answer of ours: the token is too old, or somebody has to log in again.
      return window.scdlSession.renew().then(function (status) {
        return status === 200 ? post(address, values, true) : { status: status, data: {} };
      });
    }, function () {
      return { status: 0, data: {} };
    });
  }

  window.scdlGrid.post = post;
})();
