// Command catalog serves product search.
package main

import (
	"log"
	"net/http"

	"shop/catalog/internal/config"
	"shop/catalog/internal/httpapi"
	"shop/catalog/internal/popular"
	"shop/catalog/internal/search"
	"shop/catalog/internal/store"
)

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds | log.LUTC)
	cfg := config.FromEnvironment()
	log.Printf("starting service=catalog version=%s environment=%s commit=%s", cfg.Version, cfg.Environment, cfg.Commit)
	products := store.Open()
	api := httpapi.New(products, search.NewIndex(products.All()), popular.NewCounter())
	log.Printf("listening on port %s", cfg.Port)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+cfg.Port, api.Routes()))
}
