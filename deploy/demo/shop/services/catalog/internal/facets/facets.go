// Package facets counts what a list of products has in common.
package facets

import "shop/catalog/internal/store"

// Facets are counts by property and value.
type Facets map[string]map[string]int

// Of counts brands and materials of the given products.
func Of(products []*store.Product) Facets {
	facets := Facets{"brand": {}, "material": {}}
	for _, product := range products {
		facets["brand"][product.Brand]++
		facets["material"][product.Material]++
	}
	return facets
}

// Merge adds the counts of extra to counts and returns counts.
func Merge(counts, extra map[string]int) map[string]int {
	for value, count := range extra {
		counts[value] += count
	}
	return counts
}
