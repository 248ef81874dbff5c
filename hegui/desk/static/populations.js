// While a population is being scored: the bar moves without the page loading again; when it is over, the page shows what came of it.
for (const section of document.querySelectorAll("[data-job]")) {
  const { watch } = await import(section.dataset.api);  // its address says which version it is
  const bar = section.querySelector("progress");
  const again = () => location.reload();
  watch(section.dataset.job, (job) => {
    if (job.total) { bar.max = job.total; bar.value = job.done; }
  }).then(again, () => setTimeout(again, 3000));  // somebody else's work is not told: look again
}
