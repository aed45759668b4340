package signature

import (
	"crypto/sha256"
	"sync"
	"time"
)

// nonceLife covers the whole time in which a request passes CheckTime: one
// signed MaxSkew ahead of the server is good for twice that.
const nonceLife = 2 * MaxSkew

// Nonces remembers the nonces of RPC requests to refuse replays. It is safe for
// concurrent use; create it with NewNonces.
type Nonces struct {
	mu    sync.Mutex
	seen  map[[16]byte]struct{}
	queue []seenNonce
	next  int
	limit int
}

type seenNonce struct {
	key   [16]byte
	until time.Time
}

// NewNonces returns a memory of at most limit nonces (at least 1). When it is
// full, the oldest is forgotten: refusing new requests instead would let one
// client lock out all others.
func NewNonces(limit int) *Nonces {
	return &Nonces{seen: make(map[[16]byte]struct{}), limit: max(limit, 1)}
}

// Use records that a key used a nonce at the server's wall time now. It returns
// nil the first time and SignatureNonceUsed for a replay. Call it after Verify,
// so that strangers cannot use up somebody's nonces.
func (n *Nonces) Use(c Credential, now time.Time) *Failure {
	sum := sha256.Sum256([]byte(c.AccessKeyID + "\x00" + c.Nonce))
	key := [16]byte(sum[:16])
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forget(now)
	if _, used := n.seen[key]; used {
		return nonceUsed()
	}
	if len(n.seen) == n.limit {
		n.drop()
	}
	n.seen[key] = struct{}{}
	n.queue = append(n.queue, seenNonce{key, now.Add(nonceLife)})
	return nil
}

// forget drops what no longer passes CheckTime anyway.
func (n *Nonces) forget(now time.Time) {
	for n.next < len(n.queue) && now.After(n.queue[n.next].until) {
		n.drop()
	}
}

// drop forgets the oldest nonce and reclaims the queue once half of it is gone.
func (n *Nonces) drop() {
	delete(n.seen, n.queue[n.next].key)
	n.next++
	if n.next*2 >= len(n.queue) {
		n.queue = append(n.queue[:0], n.queue[n.next:]...)
		n.next = 0
	}
}
