/** TABLE of the small pictures of lists and messages: outlines on a square of 16 units. */
export const icons = {
  bad: 'M8 2 1.8 13.2h12.4zM8 6.5v3M8 11.4v.01',
  lock: 'M3.5 7h9v6.5h-9zM5.2 7V5a2.8 2.8 0 0 1 5.6 0v2',
  close: 'm4 4 8 8M12 4l-8 8',
  spin: 'M8 1.8a6.2 6.2 0 1 1-6.2 6.2',
};

/** Name of a small picture of a list or message. */
export type IconName = keyof typeof icons;
