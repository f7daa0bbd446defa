// The site searches in a worker, which a page that was opened from a disk may not start: there a hidden frame does its work.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(address) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.srcdoc = `<script src="${address}"></script>`;
      this.inside = new Promise(started => { this.frame.onload = () => started(this.frame.contentWindow); });
      this.inside.then(inside => { inside.postMessage = message => this.onmessage?.({ data: structuredClone(message) }); });
      document.body.append(this.frame);
    }
    postMessage(message) {
      const data = structuredClone(message); // as it is now: the page changes it
      this.inside.then(inside => inside.onmessage({ data }))
        .catch(error => this.onerror?.(new ErrorEvent("error", { error })));
    }
    terminate() {
      this.frame.remove();
    }
  };
}
