namespace Touchline.Api;

/// <summary>Endpoints of parts that have nothing to tell: no rule is loaded, no alert fires, no Alertmanager is spoken to.</summary>
internal static class EmptyEndpoints
{
    public static Task RulesAsync(HttpContext context, ApiParameters parameters) => WriteAsync(context, "groups");

    public static Task AlertsAsync(HttpContext context, ApiParameters parameters) => WriteAsync(context, "alerts");

    public static Task AlertmanagersAsync(HttpContext context, ApiParameters parameters) => WriteAsync(context, "activeAlertmanagers", "droppedAlertmanagers");

    public static async Task NotificationsAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartArray();
        response.Json.WriteEndArray();
        await response.FinishAsync();
    }

    private static async Task WriteAsync(HttpContext context, params string[] lists)
    {
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartObject();
        foreach (var list in lists)
        {
            response.Json.WriteStartArray(list);
            response.Json.WriteEndArray();
        }
        response.Json.WriteEndObject();
        await response.FinishAsync();
    }
}
