// Draws the figures that components/charts.py describes. Loaded by app.js after ECharts.
window.kaichuangCharts = (() => {
  "use strict";
  const colours = ["#1552a8", "#0f7f6c", "#b25e09", "#7a4fa3", "#a33a4a", "#4d6475", "#2b8cc4", "#6b7f1f"];
  const text = { color: "#3c4856", fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const language = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";

  const format = (data) => (value) =>
    value === null || value === undefined || value === "-" || Number.isNaN(value)
      ? "—"
      : Number(value).toLocaleString("zh-CN", { minimumFractionDigits: 0, maximumFractionDigits: data.decimals || 2 });

  const base = (data) => ({
    color: colours,
    textStyle: text,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true, label: { description: data.title } },
    tooltip: { renderMode: "richText", confine: true, valueFormatter: format(data) },
  });

  const round = (data) => ({
    ...base(data),
    tooltip: { ...base(data).tooltip, trigger: "item" },
    legend: { type: "scroll", bottom: 0, textStyle: text },
    series: data.series.map((one) => ({
      type: "pie",
      name: one.label,
      radius: data.kind === "ring" ? ["45%", "70%"] : "70%",
      center: ["50%", "45%"],
      itemStyle: { borderColor: "#fff", borderWidth: 2 },
      label: { ...text, formatter: "{b} {d}%" },
      data: data.categories.map((name, index) => ({ name, value: one.values[index] })),
    })),
  });

  const cartesian = (data) => {
    const flat = data.kind === "bar-horizontal";
    const names = { type: "category", data: data.categories, axisTick: { show: false }, axisLabel: { ...text, hideOverlap: true, width: flat ? 110 : undefined, overflow: "truncate" }, axisLine: { lineStyle: { color: "#c6ced8" } }, inverse: flat };
    const values = { type: "value", axisLabel: { ...text, formatter: format(data) }, splitLine: { lineStyle: { color: "#e8ecf1" } } };
    const line = data.kind === "line" || data.kind === "area";
    return {
      ...base(data),
      tooltip: { ...base(data).tooltip, trigger: "axis", axisPointer: { type: line ? "line" : "shadow" } },
      legend: data.series.length > 1 ? { type: "scroll", top: 0, textStyle: text } : undefined,
      grid: { left: 8, right: 16, top: data.series.length > 1 ? 36 : 16, bottom: 4, containLabel: true },
      xAxis: flat ? values : names,
      yAxis: flat ? names : values,
      series: data.series.map((one, index) => ({
        type: one.kind || (line ? "line" : "bar"),
        name: one.label,
        data: one.values,
        stack: data.kind === "stacked" && one.kind !== "line" ? "all" : undefined,
        barMaxWidth: 32,
        areaStyle: data.kind === "area" ? { opacity: 0.15 } : undefined,
        symbolSize: 6,
        markLine:
          index === 0 && data.target !== null && data.target !== undefined
            ? { symbol: "none", silent: true, lineStyle: { color: "#a33a4a", type: "dashed" }, label: { ...text, color: "#a33a4a", position: "insideEndTop", formatter: data.targetLabel || "{c}" }, data: [flat ? { xAxis: data.target } : { yAxis: data.target }] }
            : undefined,
      })),
    };
  };

  const map = async (data) => {
    const answer = await fetch(data.source);
    const regions = await answer.json();
    // Regions are joined by code; the map's own names stay the keys that ECharts wants.
    const code = (one) => String(one.id ?? one.properties.id ?? one.properties.adcode);
    const byCode = new Map(regions.features.map((one) => [code(one), one.properties.name]));
    window.echarts.registerMap(data.source, regions);
    const numbers = Object.values(data.values);
    return {
      ...base(data),
      tooltip: { ...base(data).tooltip, trigger: "item" },
      visualMap: { min: Math.min(0, ...numbers), max: Math.max(1, ...numbers), left: 8, bottom: 8, calculable: true, inRange: { color: ["#e8eef7", "#8fb2dd", "#1552a8"] }, textStyle: text },
      series: [{
        type: "map",
        map: data.source,
        name: data.title,
        roam: false,
        itemStyle: { borderColor: "#b4c0cd", areaColor: "#f4f6f9" },
        emphasis: { itemStyle: { areaColor: "#f4d58d" }, label: text },
        select: { disabled: true },
        data: Object.entries(data.values).filter(([code]) => byCode.has(code)).map(([code, value]) => ({ name: byCode.get(code), value })),
      }],
    };
  };

  const option = (data) => {
    if (data.kind === "map") return map(data);
    return Promise.resolve(data.kind === "pie" || data.kind === "ring" ? round(data) : cartesian(data));
  };

  const draw = (figure) => {
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const canvas = figure.querySelector(".kc-chart-canvas");
    const chart = window.echarts.init(canvas, null, { renderer: "svg", locale: language });
    option(data).then((shown) => {
      chart.setOption(shown);
      let width = canvas.clientWidth;
      new ResizeObserver(() => {
        if (canvas.clientWidth === width || !canvas.clientWidth) return;
        width = canvas.clientWidth;
        chart.resize();
      }).observe(canvas);
    });
  };
  return { draw };
})();
