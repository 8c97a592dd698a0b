/** The finding as a page to hand on. */

export interface ReportRequests {
  /**
   * What the session shows, as a Markdown page: its traces with their notes and bookmarks and, of the run, drivers, settings, fidelity and violations. `comparison`: one
   * that is kept, whose differences are told too. The same session gives the same page.
   */
  'report.write': { params: { runId: number | null; comparison: number | null }; result: { fileName: string; text: string } };
}
