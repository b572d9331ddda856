using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>Is told what an <see cref="OpenMetricsFile"/> holds, in its order. Labels are the same instance while the series stays the same.</summary>
public interface IOpenMetricsSink
{
    /// <param name="labels">Of the series.</param>
    /// <param name="timeMs">Milliseconds since the Unix epoch.</param>
    /// <param name="value">Any double.</param>
    /// <returns>Why it cannot be taken, which makes its line a wrong one; null where it is taken.</returns>
    string? Sample(Labels labels, long timeMs, double value);

    /// <summary>The exemplar that stood behind the sample told last.</summary>
    void Exemplar(Labels labels, Exemplar exemplar);

    /// <summary>Since when, in ms since the Unix epoch, a counter, histogram or summary counts at a time.</summary>
    void Created(Labels labels, long timeMs, long createdMs);

    /// <summary>What is known of a metric so far; told again when another line says more.</summary>
    void Metadata(string name, MetricMetadata metadata);
}
