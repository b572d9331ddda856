namespace Touchline.Tsdb.Exchange;

/// <summary>How far an import or export is.</summary>
/// <param name="Doing">What is being done now, for people.</param>
/// <param name="Done">Of <paramref name="Total"/>, in bytes of the source or ms of its time: only the ratio means something.</param>
/// <param name="Total">0 where it is not known.</param>
/// <param name="Samples">Samples written until now.</param>
public readonly record struct ExchangeProgress(string Doing, long Done, long Total, long Samples);
