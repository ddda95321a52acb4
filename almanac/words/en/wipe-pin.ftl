# The wipe PIN: what is said before it is set, and after.
wipe-pin-does = A wipe PIN is a second PIN. Given where the PIN is asked for, it ends every key here and removes every draft and report, those that wait to be sent included. Nothing asks once more, and it cannot be undone.
wipe-pin-shows = After that this device answers as one that was never set up.
wipe-pin-forensic = It hides nothing from an examination of the device. Before it is used, an examination finds that there is a wipe PIN; afterwards, it may find that something was wiped, and when. Whoever copied the device before has the copy, and a desk keeps what it has received.
wipe-pin-offence = Destroying data that an investigation needs can be an offence.
wipe-pin-waits = While no PIN is tried, after wrong ones, the wipe PIN is not tried either. Nor is it where nothing can be written, such as on a full disk.
wipe-pin-ends = It ends when the PIN is changed, taken away or forgotten.
wipe-pin-set = The wipe PIN is set. Whoever gives it where the PIN is asked for wipes this device.
wipe-pin-removed = There is no wipe PIN any more.
wipe-pin-none = There is no wipe PIN.
wipe-pin-ended = The wipe PIN has ended with the PIN it stood beside. If you still want one, set it again.
