namespace Touchline.Queries;

/// <summary>A query as it was asked: an instant one has step 0 and the same start and end. Times in ms since the Unix epoch.</summary>
internal sealed record NotedQuery(string Text, long StartMs, long EndMs, long StepMs, long BeganMs);
