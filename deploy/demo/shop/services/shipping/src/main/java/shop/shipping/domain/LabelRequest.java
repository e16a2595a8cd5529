package shop.shipping.domain;

/** A label that somebody wants to print. */
public record LabelRequest(String order, String name, String country, String format) {}
