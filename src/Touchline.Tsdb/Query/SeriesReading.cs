using Touchline.Storage;

namespace Touchline.Tsdb.Query;

/// <summary>What the series of one selection have in common when they are read.</summary>
/// <param name="Hints">What the samples are for; null where the caller did not say, who then gets nothing from before the times it asks for.</param>
/// <param name="Cancellation">Ends the selection, and reading what it selected: a caller that gave up waits for no chunk more.</param>
internal sealed record SeriesReading(SelectHints? Hints, CancellationToken Cancellation);
