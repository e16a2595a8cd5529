package store

// Product is something on sale. Price is in cents.
type Product struct {
	SKU       string
	Title     string
	Brand     string
	Material  string
	Price     int
	Withdrawn bool
}
