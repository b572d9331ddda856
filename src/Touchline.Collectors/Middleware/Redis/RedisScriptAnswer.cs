using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>What a script gave; null where it failed.</summary>
internal sealed record RedisScriptAnswer(string FileName, List<(string Name, double Value)>? Values)
{
    public static void Write(IMetricWriter writer, IReadOnlyList<RedisScriptAnswer> answers)
    {
        writer.Family("redis_script_result", MetricType.Gauge, "Result of the collect script evaluation");
        foreach (var answer in answers)
        {
            writer.Sample(answer.Values is not null ? 1 : 0, "filename", answer.FileName);
        }
        writer.Family("redis_script_values", MetricType.Gauge, "Values returned by the collect script");
        foreach (var answer in answers)
        {
            foreach (var (name, value) in answer.Values ?? [])
            {
                writer.Sample(value, "filename", answer.FileName, "key", name);
            }
        }
    }
}
