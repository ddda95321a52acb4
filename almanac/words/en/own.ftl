# What is a person's own on a team's device: their PIN, and what it guards.
notice-no-copy-kept = Once sent it can be read here by nobody, nor sent to another desk: this is a team's device, and whoever writes it has no PIN of their own.
own-copy = { $name } wrote it: their own PIN shows what it says, and no other.
own-copy-unnamed = The own PIN of whoever wrote it shows what it says, and no other.
own-set = { $name } has a PIN of their own now. What they submit from now on is kept for that PIN alone, and what they submitted before for nobody. Drafts and watches stay with the team.
own-changed = The new PIN of { $name } stands. Nothing of theirs opens with the old one, old copies included.
own-ended = { $name } has no PIN of their own any more.
own-before-end = This is lost with the PIN of { $name }, and cannot be had back.
