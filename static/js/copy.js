// Beside each number of an account: a button that copies it without its gaps. Its words come with the page.
(() => {
  const numbers = document.querySelector('[data-copy]');
  if (!numbers || !navigator.clipboard) return;
  const said = document.createElement('p');
  said.className = 'copied';
  said.setAttribute('role', 'status');
  numbers.after(said);
  for (const number of numbers.querySelectorAll('data')) {
    const value = number.closest('dd');
    const name = document.createElement('span');
    name.className = 'unseen';
    name.textContent = ` ${value.previousElementSibling.textContent}`;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.append(numbers.dataset.copy, name);
    button.addEventListener('click', async () => {
      said.textContent = '';
      try {
        await navigator.clipboard.writeText(number.value);
        said.textContent = numbers.dataset.copied;
      } catch {
        getSelection().selectAllChildren(number);
      }
    });
    value.append(' ', button);
  }
})();
