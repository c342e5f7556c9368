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
      headers: { "Content-Type": "application/json", "X-CSRFToken": token().content },
      body: JSON.stringify(values)
    }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (json) return answer.json().then(function (data) { return { status: answer.status, data: data }; });
      if (again || answer.status >= 500) return { status: 0, data: {} };
      // No answer of ours: the token is too old, or somebody has to log in again.
      return renew().then(function (status) {
        return status === 200 ? post(address, values, true) : { status: status, data: {} };
      });
    }, function () {
      return { status: 0, data: {} };
    });
  }

  function token() {
    var name = document.querySelector("meta[name=csrf_field_name]").content;
    return document.querySelector('meta[name="' + name + '"]');
  }

  /** Take a new token from this very page; resolves to 200, or to why it is not shown to us. */
  function renew() {
    return fetch(location.pathname).then(function (answer) {
      if (answer.redirected) return 401;
      if (!answer.ok) return answer.status === 403 ? 403 : 0;
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.querySelector('meta[name="' + token().name + '"]');
        token().content = fresh.content;
        document.querySelectorAll('input[name="' + token().name + '"]').forEach(function (field) { field.value = fresh.content; });
        return 200;
      });
    }, function () { return 0; });
  }

  window.scdlGrid.post = post;
})();
