package httpapi

import (
	"errors"
	"log"
	"net/http"
	"strings"

	"shop/catalog/internal/facets"
	"shop/catalog/internal/popular"
	"shop/catalog/internal/store"
	"shop/catalog/internal/views"
)

const popularShown = 5

// editorsChoice is added to what people looked at, so that the list is never empty.
var editorsChoice = map[string]int{"teapot": 3, "tea-green": 2, "honey": 1}

func (a *API) product(w http.ResponseWriter, r *http.Request) {
	sku := strings.TrimPrefix(r.URL.Path, "/products/")
	product, err := a.products.Find(sku)
	if errors.Is(err, store.ErrNotFound) {
		log.Printf("WARN product %s: %v", sku, err)
		reply(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		return
	}
	card := views.NewCard(product)
	a.views.Viewed(card.SKU)
	reply(w, http.StatusOK, card)
}

func (a *API) search(w http.ResponseWriter, r *http.Request) {
	found := a.index.Find(r.URL.Query().Get("q"))
	reply(w, http.StatusOK, map[string]any{"products": views.Cards(found), "facets": facets.Of(found)})
}

func (a *API) popular(w http.ResponseWriter, r *http.Request) {
	counts := facets.Merge(a.views.Counts(), editorsChoice)
	reply(w, http.StatusOK, popular.Top(counts, popularShown))
}
