package popular

import "sort"

// Ranked is a product's place in the list.
type Ranked struct {
	SKU   string `json:"sku"`
	Views int    `json:"views"`
}

// Top returns the most viewed products, most viewed first.
func Top(counts map[string]int, limit int) []Ranked {
	ranking := make([]Ranked, 0, len(counts))
	for sku, views := range counts {
		ranking = append(ranking, Ranked{SKU: sku, Views: views})
	}
	sort.Slice(ranking, func(i, j int) bool {
		if ranking[i].Views != ranking[j].Views {
			return ranking[i].Views > ranking[j].Views
		}
		return ranking[i].SKU < ranking[j].SKU
	})
	if len(ranking) > limit {
		ranking = ranking[:limit]
	}
	return ranking
}
