namespace Touchline.Scraping.Linting;

/// <summary>Something that a metric could do better.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Text">What is wrong.</param>
public readonly record struct MetricFinding(string Metric, string Text);
