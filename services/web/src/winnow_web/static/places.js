// On a phone the present page's entry may stand beyond the edge of its row: it is moved into sight.

for (const present of document.querySelectorAll(':is(.places, .opspages) [aria-current]')) {
  present.scrollIntoView({ block: 'nearest', inline: 'center' });
}
