using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>What each function of a range vector makes of its samples, so that a store may answer with aggregates that give the same.</summary>
internal static class SampleReadings
{
    public static SampleReading Of(string function) => function switch
    {
        "rate" or "increase" or "resets" => SampleReading.Counter,
        "min_over_time" or "ts_of_min_over_time" => SampleReading.Minimum,
        "max_over_time" or "ts_of_max_over_time" => SampleReading.Maximum,
        "sum_over_time" or "avg_over_time" => SampleReading.Sum,
        "count_over_time" => SampleReading.Count,
        "present_over_time" or "absent_over_time" => SampleReading.Presence,
        // Differences and slopes need true samples far apart, not many.
        "delta" or "idelta" or "irate" or "deriv" or "predict_linear" or "changes" or "first_over_time" or "ts_of_first_over_time" => SampleReading.Edges,
        // The rest asks how values are distributed, of which the last samples are a fair selection, or for the last one anyway.
        _ => SampleReading.Last,
    };
}
