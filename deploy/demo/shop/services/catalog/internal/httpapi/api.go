// Package httpapi serves the catalog over HTTP.
package httpapi

import (
	"encoding/json"
	"log"
	"net/http"
	"sync/atomic"
	"time"

	"shop/catalog/internal/popular"
	"shop/catalog/internal/search"
	"shop/catalog/internal/store"
)

// API holds what the handlers need.
type API struct {
	products *store.Store
	index    *search.Index
	views    *popular.Counter
}

// New returns the API over these parts.
func New(products *store.Store, index *search.Index, views *popular.Counter) *API {
	return &API{products: products, index: index, views: views}
}

// Routes returns the handler of every path.
func (a *API) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/products/", a.product)
	mux.HandleFunc("/search", a.search)
	mux.HandleFunc("/popular", a.popular)
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, "ok") })
	return logged(mux)
}

// sampled is how many requests share one line of the access log.
const sampled = 10

func logged(next http.Handler) http.Handler {
	var served atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		next.ServeHTTP(w, r)
		if served.Add(1)%sampled != 1 {
			return
		}
		log.Printf("INFO %s %s %.1fms", r.Method, r.URL, float64(time.Since(started).Microseconds())/1000)
	})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Printf("WARN answer not sent: %v", err)
	}
}
