// Captions that are chosen or dropped together with recordings: each goes along with the recording of its name.

const CAPTIONS = /\.(vtt|srt)$/i;
const stem = (name) => name.replace(/\.[^.]*$/, '');

/**
 * Give each recording the captions of its name: talk.vtt or talk.srt, else talk.ko.srt. `wrong` is a problem where nothing
 * tells which, or where captions come without their recording.
 */
export function paired(files) {
  // Of two kinds, .vtt goes first.
  const captions = files.filter((file) => CAPTIONS.test(file.name)).sort((a, b) => b.name.localeCompare(a.name));
  const taken = new Set();
  const sendings = files.filter((file) => !captions.includes(file)).map((file) => {
    const own = captions.filter((one) => stem(one.name) === stem(file.name));
    const named = captions.filter((one) => stem(stem(one.name)) === stem(file.name) && !own.includes(one));
    [...own, ...named].forEach((one) => taken.add(one));
    const wrong = own.length || named.length < 2 ? null : {
      title: 'There are captions in several languages', detail: named.map((one) => one.name).join(', '),
      hint: 'Choose the file again with the captions in the language that is spoken.',
    };
    return { file, captions: own[0] ?? named[0] ?? null, wrong };
  });
  const alone = captions.filter((one) => !taken.has(one)).map((file) => ({
    file,
    captions: null,
    wrong: {
      title: 'Captions without a recording', detail: 'They go along with a recording of the same name.',
      hint: `Choose both together, such as ${stem(file.name)}.mp4 and ${file.name}.`,
    },
  }));
  return [...sendings, ...alone];
}
