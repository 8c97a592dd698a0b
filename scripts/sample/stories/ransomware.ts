import type { SessionBuilder, Actor } from '../sessionBuilder.ts';
import { access, rename, sizes } from '../story.ts';
import type { Story } from '../story.ts';

const documents = 'C:\\Users\\sample\\Documents';
const victims = ['accounts.xlsx', 'contract.docx', 'family.jpg', 'letter.docx', 'minutes.docx', 'offer.pdf', 'plan.pptx', 'recipes.docx', 'tax.xlsx', 'thesis.docx'];
const photos = ['beach', 'garden', 'harbour', 'lake', 'meadow', 'mountain', 'river', 'sunset'];

/** Reads a document, writes it back, and renames it to another extension. */
function encryptOne(session: SessionBuilder, actor: Actor, name: string, size: number): void {
  const file = session.create(actor, `${documents}\\${name}`, { access: access.readWrite | 0x10000 });
  session.query(file, 5, 24, { ...sizes(size), NumberOfLinks: 1, DeletePending: false, Directory: false });
  for (let offset = 0; offset < size; offset += 16_384) session.read(file, offset, Math.min(16_384, size - offset));
  for (let offset = 0; offset < size; offset += 16_384) session.write(file, offset, Math.min(16_384, size - offset));
  rename(session, file, `${documents}\\${name}.locked`);
  session.close(file);
}

/** The copies that could bring a file back are deleted. */
function deleteCopy(session: SessionBuilder, actor: Actor, name: string): void {
  const copy = session.create(actor, `${documents}\\Backup\\${name}`, { access: access.delete, options: 0x40 });
  session.set(copy, 13, 1, { DeleteFile: true });
  session.close(copy);
}

/** A harmless program: it downloads each picture under another extension, and names it properly when it is whole. */
function syncOne(session: SessionBuilder, actor: Actor, name: string): void {
  const file = session.create(actor, `C:\\Users\\sample\\Pictures\\${name}.part`, { access: access.readWrite | 0x10000, disposition: 2, share: 0 });
  session.write(file, 0, 65_536);
  session.write(file, 65_536, 30_000);
  rename(session, file, `C:\\Users\\sample\\Pictures\\${name}.jpg`);
  session.close(file);
  const check = session.create(actor, `C:\\Users\\sample\\Pictures\\${name}.jpg`);
  session.read(check, 0, 4_096);
  session.close(check);
}

/** A program makes ten documents unreadable within seconds; another one, harmless, renames as many files. */
export const ransomware: Story = {
  name: 'ransomware',
  description: 'a program overwrites and renames ten documents within seconds and deletes their copies; a picture synchronizer renames eight files that it has downloaded; an editor saves one document.',
  tell(session) {
    const attacker = session.actor(session.process('invoice.exe', 6660), 6664, 1_000);
    const sync = session.actor(session.process('photosync.exe', 4400), 4404, 5_000);
    const editor = session.actor(session.process('notes.exe', 4120), 4124, 2_500);
    victims.forEach((name, at) => {
      encryptOne(session, attacker, name, 9_000 + at * 2_900);
      attacker.now += session.random.between(100_000, 500_000);
    });
    victims.slice(0, 4).forEach((name) => deleteCopy(session, attacker, name));
    for (const name of photos) {
      syncOne(session, sync, name);
      sync.now += session.random.between(200_000, 700_000);
    }
    const draft = session.create(editor, `${documents}\\draft.md`, { access: access.readWrite });
    session.read(draft, 0, 4_096, { got: 1_800 });
    session.write(draft, 0, 1_950);
    session.close(draft);
  },
};
