using FootballPrediction.Metrics;
using FootballPrediction.Models;
using FootballPrediction.Storage;

namespace FootballPrediction.Evaluation;

/// <summary>Compares the forecasts with what happened.</summary>
internal sealed class Evaluator(PredictionTable predictions, ServiceMetrics metrics)
{
    /// <summary>A season of twenty teams: long enough to tell models apart, short enough to notice one going bad.</summary>
    public const int DefaultMatches = 380;

    /// <summary>Null while no match has been played that the model had a forecast for.</summary>
    public async Task<ModelEvaluation?> EvaluateAsync(string model, int last, CancellationToken cancellationToken) =>
        ModelEvaluation.Of(await predictions.ListJudgedAsync(model, last, cancellationToken));

    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        foreach (ModelKind kind in ModelKind.All)
        {
            if (await EvaluateAsync(kind.Name, DefaultMatches, cancellationToken) is { } evaluation)
            {
                metrics.ModelEvaluated(kind.Name, evaluation);
            }
        }
    }
}
