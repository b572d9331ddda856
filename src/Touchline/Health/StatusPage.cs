using System.Globalization;
using System.Net;
using System.Text;

namespace Touchline.Health;

/// <summary>
/// The status pages, as one text of HTML each: no script, nothing that is loaded, so that they are there when everything else is not. They say what
/// is up and why it was not, never where it is.
/// </summary>
internal static class StatusPage
{
    public static string List(IReadOnlyList<ServiceHealth> services, string pathBase, DateTimeOffset now)
    {
        var page = new StringBuilder();
        Begin(page, "Service status");
        var down = services.Count(service => service.IsUp == false);
        var unknown = services.Count(service => service.IsUp is null);
        var (kind, text) = services.Count == 0 ? ("unknown", "There are no services yet")
            : down > 0 ? ("down", down == services.Count ? (down == 1 ? "The service is down" : "All services are down") : $"{down} of {services.Count} services {(down == 1 ? "is" : "are")} down")
            : unknown > 0 ? ("unknown", unknown == services.Count ? "No service has been looked at lately" : $"{unknown} of {services.Count} services {(unknown == 1 ? "has" : "have")} not been looked at lately")
            : ("up", services.Count == 1 ? "The service is up" : "All services are up");
        page.Append(CultureInfo.InvariantCulture, $"<header><h1>Service status</h1></header><p class=\"banner {kind}\" role=\"status\">{Mark(kind)}<span>{text}</span></p>");
        if (services.Count > 0)
        {
            page.Append("<ul class=\"services\">");
            foreach (var service in services)
            {
                page.Append(CultureInfo.InvariantCulture, $"<li><a class=\"card\" href=\"{Text(pathBase)}/status/{Uri.EscapeDataString(service.Name)}\"><div class=\"row\"><h2>{Text(service.Name)}</h2>{Pill(service)}</div>");
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"since\">{SinceText(service, now)}</p>");
                AppendDays(page, service);
                page.Append(CultureInfo.InvariantCulture, $"<div class=\"row small\"><span>24 hours <b>{Percent(service.Uptime24Hours)}</b></span><span>30 days <b>{Percent(service.Uptime30Days)}</b></span></div></a></li>");
            }
            page.Append("</ul>");
        }
        return End(page, now);
    }

    public static string Service(ServiceHealth service, string pathBase, DateTimeOffset now)
    {
        var page = new StringBuilder();
        Begin(page, $"{service.Name} · {HealthJson.State(service)}");
        page.Append(CultureInfo.InvariantCulture, $"<nav><a href=\"{Text(pathBase)}/services\">All services</a></nav><header class=\"row\"><h1>{Text(service.Name)}</h1>{Pill(service)}</header>");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{SinceText(service, now)}</p>");
        page.Append("<dl class=\"figures\">");
        AppendFigure(page, "Uptime, 24 hours", Percent(service.Uptime24Hours));
        AppendFigure(page, "Uptime, 30 days", Percent(service.Uptime30Days));
        AppendFigure(page, "Incidents, 30 days", service.Incidents.Count.ToString(CultureInfo.InvariantCulture));
        page.Append("</dl><section class=\"panel\"><h2>Last 30 days</h2>");
        AppendDays(page, service);
        page.Append("<div class=\"row small\"><span>30 days ago</span><span>today</span></div></section><section class=\"panel\"><h2>Incidents</h2>");
        AppendIncidents(page, service, now);
        page.Append("</section>");
        return End(page, now);
    }

    public static string Missing(string pathBase)
    {
        var page = new StringBuilder();
        Begin(page, "No such service");
        page.Append(CultureInfo.InvariantCulture, $"<header><h1>There is no such service</h1></header><p><a href=\"{Text(pathBase)}/services\">All services</a></p>");
        return page.Append("</main></body></html>").ToString();
    }

    private static void Begin(StringBuilder page, string title) => page.Append(CultureInfo.InvariantCulture, $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="30"><link rel="icon" href="data:,"><title>{Text(title)}</title><style>{StatusPageStyle.Css}</style></head><body><main>
        """);

    private static string End(StringBuilder page, DateTimeOffset now) =>
        page.Append(CultureInfo.InvariantCulture, $"<footer>Seen from outside by Touchline, {Time(now)}. Times are UTC.</footer></main></body></html>").ToString();

    private static void AppendFigure(StringBuilder page, string name, string value) =>
        page.Append(CultureInfo.InvariantCulture, $"<div><dt>{name}</dt><dd>{value}</dd></div>");

    private static void AppendDays(StringBuilder page, ServiceHealth service)
    {
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"days\" role=\"img\" aria-label=\"Uptime of each of the last {service.Days.Count} days\">");
        foreach (var day in service.Days)
        {
            var kind = day.Uptime switch { null => "none", >= 0.9995 => "up", >= 0.95 => "partly", _ => "down" };
            page.Append(CultureInfo.InvariantCulture, $"<i class=\"{kind}\" title=\"{day.Day:yyyy-MM-dd}: {(day.Uptime is null ? "no data" : Percent(day.Uptime))}\"></i>");
        }
        page.Append("</div>");
    }

    private static void AppendIncidents(StringBuilder page, ServiceHealth service, DateTimeOffset now)
    {
        if (service.Incidents.Count == 0)
        {
            page.Append("<p class=\"quiet\">None in the last 30 days.</p>");
            return;
        }
        page.Append("<table><thead><tr><th>From</th><th>To</th><th>For</th><th>Why</th></tr></thead><tbody>");
        foreach (var incident in service.Incidents)
        {
            var from = DateTimeOffset.FromUnixTimeMilliseconds(incident.FromMs);
            var to = incident.ToMs is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : (DateTimeOffset?)null;
            page.Append(CultureInfo.InvariantCulture, $"<tr><td data-name=\"From\">{Time(from)}</td><td data-name=\"To\">{(to is null ? "<b class=\"ongoing\">still down</b>" : Time(to.Value))}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td data-name=\"For\">{Duration((to ?? now) - from)}</td><td data-name=\"Why\">{(incident.Reason.Length == 0 ? "unknown" : Text(incident.Reason))}</td></tr>");
        }
        page.Append("</tbody></table>");
    }

    private static string SinceText(ServiceHealth service, DateTimeOffset now) => (service.IsUp, service.Since) switch
    {
        (_, null) => "Not looked at yet",
        (true, { } since) => $"Up since {Time(since)} ({Duration(now - since)})",
        (false, { } since) => $"Down since {Time(since)} ({Duration(now - since)}){Why(service)}",
        _ => "Not looked at lately",
    };

    private static string Why(ServiceHealth service) => service.Incidents is [{ Reason.Length: > 0 } last, ..] ? $": {Text(last.Reason)}" : "";

    private static string Pill(ServiceHealth service)
    {
        var state = HealthJson.State(service);
        return $"<span class=\"pill {state}\">{Mark(state)}{state}</span>";
    }

    /// <summary>So that nobody needs to tell colours apart.</summary>
    private static string Mark(string kind) => $"<b aria-hidden=\"true\">{kind switch { "up" => "✓", "down" => "✕", _ => "?" }}</b>";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Percent(double? ratio)
    {
        if (ratio is null)
        {
            return "–";
        }
        // Less than whole must not be shown as whole.
        var percent = Math.Floor(ratio.Value * 100_000) / 1000;
        return percent == 100 ? "100 %" : percent.ToString("0.00#", CultureInfo.InvariantCulture) + " %";
    }

    private static string Duration(TimeSpan time)
    {
        (double Length, string Unit)[] units = [(time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min"), (time.Seconds, "s")];
        var first = Array.FindIndex(units, unit => unit.Length > 0);
        return first < 0 ? "0 s" : string.Join(' ', units.Skip(first).Take(2).Where(unit => unit.Length > 0).Select(unit => $"{unit.Length} {unit.Unit}"));
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
