// Package store keeps the products in memory.
package store

import (
	"errors"
	"sort"
	"sync"
)

// ErrNotFound is returned for a product that is not on sale.
var ErrNotFound = errors.New("product not found")

// Store holds products by SKU.
type Store struct {
	mu       sync.RWMutex
	products map[string]*Product
}

// Open returns a store with the current assortment.
func Open() *Store {
	store := &Store{products: map[string]*Product{}}
	for i := range assortment {
		store.products[assortment[i].SKU] = &assortment[i]
	}
	return store
}

// Find returns the product with this SKU, or ErrNotFound when it is unknown or withdrawn.
func (s *Store) Find(sku string) (*Product, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	product, known := s.products[sku]
	if !known || product.Withdrawn {
		return nil, ErrNotFound
	}
	return product, nil
}

// All returns every product that is on sale, ordered by SKU.
func (s *Store) All() []*Product {
	s.mu.RLock()
	defer s.mu.RUnlock()
	products := make([]*Product, 0, len(s.products))
	for _, product := range s.products {
		if !product.Withdrawn {
			products = append(products, product)
		}
	}
	sort.Slice(products, func(i, j int) bool { return products[i].SKU < products[j].SKU })
	return products
}
