using System.Text.Json;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.Api;

/// <summary><c>query_exemplars</c>: the exemplars of all series that a query selects.</summary>
internal sealed class ExemplarEndpoint(QueryGate gate, IExemplarQueryable store)
{
    public async Task QueryExemplarsAsync(HttpContext context, ApiParameters parameters)
    {
        var start = parameters.Time("start", ApiParameters.MinTimeMs);
        var end = parameters.Time("end", ApiParameters.MaxTimeMs);
        if (end < start)
        {
            throw new ApiException(ApiErrorType.BadData, "end timestamp must not be before start timestamp");
        }
        var selectors = ExprTree.SelfAndDescendants(Parse(parameters["query"])).OfType<VectorSelector>().Select(selector => selector.Matchers).ToList();
        var found = selectors.Count == 0 ? [] : store.SelectExemplars(selectors, start, end, context.RequestAborted);
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartArray();
        foreach (var series in found)
        {
            Write(response.Json, series);
            await response.FlushAsync();
        }
        response.Json.WriteEndArray();
        await response.FinishAsync();
    }

    private Expr Parse(string query)
    {
        try
        {
            return PromQLParser.Parse(query, gate.Engine.Options.Features);
        }
        catch (PromQLSyntaxException e)
        {
            // Prometheus names the parameter at every other endpoint.
            throw new ApiException(ApiErrorType.BadData, e.Message);
        }
    }

    private static void Write(Utf8JsonWriter json, ExemplarSeries series)
    {
        json.WriteStartObject();
        json.WritePropertyName("seriesLabels"u8);
        QueryJson.WriteLabels(json, series.Labels);
        json.WriteStartArray("exemplars"u8);
        foreach (var exemplar in series.Exemplars)
        {
            json.WriteStartObject();
            json.WritePropertyName("labels"u8);
            QueryJson.WriteLabels(json, exemplar.Labels);
            json.WritePropertyName("value"u8);
            JsonNumbers.WriteValue(json, exemplar.Value);
            json.WritePropertyName("timestamp"u8);
            JsonNumbers.WriteTimestamp(json, exemplar.TimestampMs);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
