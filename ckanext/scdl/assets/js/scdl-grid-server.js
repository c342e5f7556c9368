/* What the page asks of the portal: keep the draft, check the cells. One request at a time. */
(function () {
  "use strict";

  /** Send JSON; resolves to {status, data}, with status 0 where nobody answers and 401 where the session has ended. */
  function post(address, values, again) {
    return fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token().content },
      body: JSON.stringify(values)
    }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (json) return answer.json().then(function (data) { return { status: answer.status, data: data }; });
      // No answer of ours: the token is too old, or somebody has to log in again.
      if (again) return { status: 401, data: {} };
      return renew().then(function (renewed) {
        return renewed ? post(address, values, true) : { status: 401, data: {} };
      });
    }, function () {
      return { status: 0, data: {} };
    });
  }

  function token() {
    var name = document.querySelector("meta[name=csrf_field_name]").content;
    return document.querySelector('meta[name="' + name + '"]');
  }

  /** Take a new token from this very page; false where it is not shown to us any more. */
  function renew() {
    return fetch(location.pathname).then(function (answer) {
      if (answer.redirected || !answer.ok) return false;
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.querySelector('meta[name="' + token().name + '"]');
        if (fresh) {
          token().content = fresh.content;
          document.querySelectorAll('input[name="' + token().name + '"]').forEach(function (field) { field.value = fresh.content; });
        }
        return !!fresh;
      });
    }, function () { return false; });
  }

  window.scdlGrid.post = post;
})();
