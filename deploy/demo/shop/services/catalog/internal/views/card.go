// Package views shapes products for the browser.
package views

import (
	"fmt"

	"shop/catalog/internal/store"
)

// Card is a product as lists and product pages show it.
type Card struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
	Price string `json:"price"`
}

// NewCard returns the card of a product.
func NewCard(product *store.Product) Card {
	return Card{SKU: product.SKU, Title: product.Title, Price: euros(product.Price)}
}

// Cards returns a card for each product.
func Cards(products []*store.Product) []Card {
	cards := make([]Card, 0, len(products))
	for _, product := range products {
		cards = append(cards, NewCard(product))
	}
	return cards
}

func euros(cents int) string {
	return fmt.Sprintf("%d.%02d EUR", cents/100, cents%100)
}
