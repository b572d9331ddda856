namespace FootballPrediction.Load;

/// <param name="Target">The service's address.</param>
/// <param name="Rate">Requests a second, on average.</param>
/// <param name="Users">How many different users there are; about half of them are around at a time.</param>
/// <param name="Duration">When to end; null goes on until it is stopped.</param>
/// <param name="Seed">Equal seeds ask the same questions; null asks others each time.</param>
internal sealed record LoadOptions(Uri Target, double Rate, int Users, TimeSpan? Duration, int? Seed);
