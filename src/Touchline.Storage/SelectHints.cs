namespace Touchline.Storage;

/// <summary>What a caller will do with the series that it selects. Nothing that it leaves out changes what samples mean.</summary>
/// <param name="Reading">What is made of the samples.</param>
/// <param name="StepMs">The distance of the times at which the samples are looked at; 0 where there is only one.</param>
/// <param name="WindowMs">How far each look goes back: the range of a range selector, the lookback of an instant selector.</param>
public readonly record struct SelectHints(SampleReading Reading, long StepMs, long WindowMs);
