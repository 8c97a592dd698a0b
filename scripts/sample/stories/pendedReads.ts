import type { Story } from '../story.ts';

/** Three programs read files below \pend\, and one file elsewhere. */
export const pendedReads: Story = {
  name: 'pended-reads',
  description: 'three programs read documents below \\pend\\, and one elsewhere.',
  tell(session) {
    const folder = 'C:\\pend';
    const programs = ['reader.exe', 'indexer.exe', 'viewer.exe'].map((name, at) => session.process(name, 3000 + at * 412));
    programs.forEach((program, at) => {
      const actor = session.actor(program, 3100 + at * 40, 2 + at * 35);
      const elsewhere = session.create(actor, 'C:\\Windows\\win.ini');
      session.read(elsewhere, 0, 92);
      session.close(elsewhere);
      for (const name of ['contract.docx', 'offer.pdf', 'plan.md'].slice(at)) {
        const file = session.create(actor, `${folder}\\${name}`);
        session.query(file, 5, 24, { AllocationSize: 12_288, EndOfFile: 12_288, NumberOfLinks: 1, DeletePending: false, Directory: false });
        session.read(file, 0, 4_096);
        session.read(file, 4_096, 4_096, { kind: 'fastio' });
        session.read(file, 8_192, 4_096);
        session.close(file);
      }
    });
  },
};
