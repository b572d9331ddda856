using Touchline.Model;

namespace Touchline.Scraping.Loops;

/// <summary>One sample as a body has it.</summary>
/// <param name="Histogram">Null where the sample is a number.</param>
/// <param name="TimestampMs">The time that the target gives, null where it gives none.</param>
/// <param name="CreatedMs">Since when it counts, or <see cref="Exposition.CountedSince.Unknown"/>.</param>
internal readonly record struct ScrapedSample(double Value, NativeHistogram? Histogram, long? TimestampMs, long CreatedMs);
