package artifact

import "errors"

// What can be wrong with a file or folder, for errors.Is. The error around it names
// the path, the place in it and the remedy.
var (
	ErrDamaged = errors.New("damaged")                       // truncated or altered
	ErrForeign = errors.New("not a Lightfast artifact")      // another program's file
	ErrKind    = errors.New("artifact of another kind")      // a table where a checkpoint was wanted, or the reverse
	ErrOlder   = errors.New("written by an older Lightfast") // schema version below that of its kind
	ErrNewer   = errors.New("written by a newer Lightfast")  // schema version above that of its kind
	ErrLarge   = errors.New("too large")                     // above maxValueBytes or maxFileBytes
	ErrLocked  = errors.New("folder is locked")              // another writer holds it
)
