using Touchline.Model;

namespace Touchline.Storage.InMemory;

internal readonly record struct PendingSample(SeriesRef Series, long TimestampMs, double Value, NativeHistogram? Histogram);
