// Package search finds products by the words of their titles, brands and materials.
package search

import (
	"strings"

	"shop/catalog/internal/store"
	"shop/catalog/third_party/lru"
)

const cachedQueries = 64

// Index maps words to products.
type Index struct {
	words map[string][]*store.Product
	cache *lru.Cache
}

// NewIndex indexes the given products.
func NewIndex(products []*store.Product) *Index {
	index := &Index{words: map[string][]*store.Product{}, cache: lru.New(cachedQueries)}
	for _, product := range products {
		for _, word := range tokens(product.Title + " " + product.Brand + " " + product.Material) {
			index.words[word] = append(index.words[word], product)
		}
	}
	return index
}

// Find returns the products that hold every word of the query.
func (i *Index) Find(query string) []*store.Product {
	if cached, hit := i.cache.Get(query); hit {
		return cached.([]*store.Product)
	}
	var found []*store.Product
	for n, word := range tokens(query) {
		if n == 0 {
			found = i.words[word]
			continue
		}
		found = intersect(found, i.words[word])
	}
	i.cache.Put(query, found)
	return found
}

func intersect(left, right []*store.Product) []*store.Product {
	var both []*store.Product
	for _, l := range left {
		for _, r := range right {
			if l == r {
				both = append(both, l)
				break
			}
		}
	}
	return both
}

func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}
