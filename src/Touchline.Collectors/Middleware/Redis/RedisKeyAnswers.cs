using Touchline.Configuration;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>What was found out of the keys that are watched.</summary>
internal sealed record RedisKeyAnswers(List<RedisKeyFigure> Figures, List<(RedisKeyPattern Pattern, long Count)> Counts, List<RedisStream> Streams)
{
    public static RedisKeyAnswers None { get; } = new([], [], []);
}
