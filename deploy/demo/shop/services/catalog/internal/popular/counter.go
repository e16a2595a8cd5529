// Package popular counts which products people look at.
package popular

import "sync"

// Counter counts views by SKU; safe for use by many goroutines.
type Counter struct {
	mu    sync.Mutex
	views map[string]int
}

// NewCounter returns an empty counter.
func NewCounter() *Counter {
	return &Counter{views: map[string]int{}}
}

// Viewed counts one view of a product.
func (c *Counter) Viewed(sku string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.views[sku]++
}

// Counts returns the views so far; the caller may change the map it gets.
func (c *Counter) Counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := make(map[string]int, len(c.views))
	for sku, count := range c.views {
		counts[sku] = count
	}
	return counts
}
