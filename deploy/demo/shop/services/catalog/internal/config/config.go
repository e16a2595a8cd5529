// Package config reads what the deployment tells this process.
package config

import "os"

// Config is who this process is and where it listens.
type Config struct {
	Port, Environment, Version, Commit string
}

// FromEnvironment reads the environment variables every service of the shop gets.
func FromEnvironment() Config {
	return Config{
		Port:        value("PORT", "8086"),
		Environment: value("ENVIRONMENT", "development"),
		Version:     value("SERVICE_VERSION", "dev"),
		Commit:      value("SERVICE_COMMIT", "unknown"),
	}
}

func value(name, fallback string) string {
	if given := os.Getenv(name); given != "" {
		return given
	}
	return fallback
}
